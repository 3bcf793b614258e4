<?php
/**
 * The frame in which the service's panel stands. Its address holds no token: assets/panel.js
 * fetches a ticket and hands it over.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Prints the frame, its notices, and enqueues what drives it.
 *
 * @param array<string,string> $subject An 'order' or 'customer' with its id; empty: the list of people.
 * @return void
 */
function tillside_print_panel( array $subject = array() ) {
	$installation = tillside_installation();
	if ( null === $installation ) {
		return;
	}
	wp_enqueue_style( 'tillside-panel', plugins_url( 'assets/panel.css', TILLSIDE_FILE ), array(), TILLSIDE_VERSION );
	wp_enqueue_script( 'tillside-panel', plugins_url( 'assets/panel.js', TILLSIDE_FILE ), array( 'wp-api-fetch' ), TILLSIDE_VERSION, true );
	$address = $installation['panel_url'];
	if ( $subject ) {
		$address .= '&' . http_build_query( $subject );
	}
	?>
	<div class="tillside-panel"
		data-tillside-origin="<?php echo esc_attr( tillside_origin_of( $installation['app_url'] ) ); ?>"
		data-tillside-src="<?php echo esc_url( $address ); ?>"
		data-tillside-admin="<?php echo esc_url( admin_url() ); ?>"
		data-tillside-order="<?php echo esc_attr( isset( $subject['order'] ) ? $subject['order'] : '' ); ?>"
		data-tillside-customer="<?php echo esc_attr( isset( $subject['customer'] ) ? $subject['customer'] : '' ); ?>">
		<?php tillside_print_notices(); ?>
		<iframe class="tillside-panel__frame" title="<?php esc_attr_e( 'Tillside: the customer and their orders', 'tillside' ); ?>" referrerpolicy="strict-origin"></iframe>
		<noscript><p><?php esc_html_e( 'The panel needs JavaScript.', 'tillside' ); ?></p></noscript>
	</div>
	<?php
}

/**
 * Prints what can have gone wrong, hidden until it has.
 *
 * @return void
 */
function tillside_print_notices() {
	$notices = array(
		'refused' => __( 'WordPress did not let you into the panel. Your session may have ended, or your account may not see orders.', 'tillside' ),
		'offline' => __( 'This site could not be reached, so the panel could not be opened. Check your connection.', 'tillside' ),
		'silent'  => __( 'Tillside did not answer. It may be busy or out of reach. Your orders are not affected.', 'tillside' ),
		'expired' => __( 'Tillside did not accept the sign-in. If it happens again, connect the store again on the Tillside page.', 'tillside' ),
	);
	?>
	<div class="tillside-panel__notice" role="alert">
		<?php foreach ( $notices as $reason => $text ) : ?>
			<p data-tillside-notice="<?php echo esc_attr( $reason ); ?>" hidden><?php echo esc_html( $text ); ?></p>
		<?php endforeach; ?>
		<button type="button" class="button" hidden><?php esc_html_e( 'Try again', 'tillside' ); ?></button>
	</div>
	<?php
}
