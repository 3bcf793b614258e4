<?php
/**
 * Webhooks, as much as finding and deleting them takes.
 */

class WC_Webhook {
	private $id;

	public function __construct( int $id ) {
		$this->id = $id;
	}

	public function get_delivery_url() {
		return get_option( 'stand_in_webhooks' )[ $this->id ];
	}

	public function delete( $force = false ) {
		$rows = get_option( 'stand_in_webhooks' );
		if ( $force ) {
			unset( $rows[ $this->id ] );
		}
		update_option( 'stand_in_webhooks', $rows );
		return true;
	}
}

class WC_Data_Store {
	public static function load( $kind ) {
		return 'webhook' === $kind ? new self() : null;
	}

	/** Ten of them, unless told otherwise. */
	public function search_webhooks( $asked ) {
		$ids = array_keys( get_option( 'stand_in_webhooks', array() ) );
		return array_slice( $ids, 0, -1 === $asked['limit'] ? null : $asked['limit'] );
	}
}

function wc_get_webhook( $id ) {
	return isset( get_option( 'stand_in_webhooks', array() )[ $id ] ) ? new WC_Webhook( $id ) : null;
}
