<?php
/**
 * Connecting, connecting again, disconnecting: what it means, and the buttons. Until one is
 * pressed nothing is sent.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Prints what connecting does and its one button.
 *
 * @return void
 */
function tillside_print_connect_form() {
	$service  = wp_parse_url( tillside_app_url(), PHP_URL_HOST );
	$obstacle = tillside_obstacle();
	?>
	<p><?php esc_html_e( 'This store is not connected. Nothing has been sent to Tillside.', 'tillside' ); ?></p>
	<h2><?php esc_html_e( 'When you connect', 'tillside' ); ?></h2>
	<ul class="ul-disc">
		<li>
		<?php
		printf(
			/* translators: %s: the host name of the Tillside service. */
			esc_html__( 'The address of this store is sent to %s, which leads you to a page of WooCommerce on this site. There you allow it access to this store, or decline.', 'tillside' ),
			'<bdi><strong>' . esc_html( $service ) . '</strong></bdi>'
		);
		?>
		</li>
		<li><?php esc_html_e( 'Once you allow it, Tillside reads customers and orders: names, addresses, phone numbers, what was bought, refunds and notes. It sets up webhooks by which WooCommerce tells it of every change. It changes nothing else.', 'tillside' ); ?></li>
		<li><?php esc_html_e( 'People who may edit orders see them in Tillside’s panel. For each look, their user number, their language, whether they manage the store, and the number of the order or customer are sent, signed.', 'tillside' ); ?></li>
		<li><?php esc_html_e( 'Personal data that you export or erase with WordPress’ tools is exported or erased in Tillside too.', 'tillside' ); ?></li>
	</ul>
	<?php if ( '' !== $obstacle ) : ?>
		<div class="notice notice-warning inline"><p><?php echo esc_html( $obstacle ); ?></p></div>
	<?php endif; ?>
	<?php
	tillside_print_connect_button( __( 'Connect', 'tillside' ), 'button button-primary button-hero' );
}

/**
 * Prints the button that leads to the service, with this store's address.
 *
 * @param string $label   What stands on it.
 * @param string $classes How it looks.
 * @return void
 */
function tillside_print_connect_button( $label, $classes ) {
	?>
	<form method="post" action="<?php echo esc_url( tillside_app_url() . '/woocommerce/connect' ); ?>">
		<input type="hidden" name="store_url" value="<?php echo esc_url( tillside_store_url() . '/' ); ?>">
		<p><button type="submit" class="<?php echo esc_attr( $classes ); ?>"><?php echo esc_html( $label ); ?></button></p>
	</form>
	<?php
}

/**
 * Prints what can be done about a connection that stands.
 *
 * @return void
 */
function tillside_print_connection_forms() {
	?>
	<h2><?php esc_html_e( 'Connection', 'tillside' ); ?></h2>
	<p><?php esc_html_e( 'If Tillside says that its keys to this store no longer work, connect again. Nothing is lost by it.', 'tillside' ); ?></p>
	<?php tillside_print_connect_button( __( 'Connect again', 'tillside' ), 'button' ); ?>
	<details>
		<summary><?php esc_html_e( 'Disconnect', 'tillside' ); ?></summary>
		<p><?php esc_html_e( 'If you disconnect, Tillside stops reading this store, and its key to this store is deleted.', 'tillside' ); ?></p>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="tillside_disconnect">
			<?php wp_nonce_field( 'tillside_disconnect' ); ?>
			<p><button type="submit" class="button"><?php esc_html_e( 'Disconnect this store', 'tillside' ); ?></button></p>
		</form>
	</details>
	<?php
}

/**
 * What stands in the way of connecting, '' when nothing does.
 *
 * @return string
 */
function tillside_obstacle() {
	if ( ! get_option( 'permalink_structure' ) ) {
		return __( 'Your permalinks are plain: WooCommerce can’t let Tillside in. Choose any other structure in Settings → Permalinks first.', 'tillside' );
	}
	if ( 0 !== strpos( tillside_store_url(), 'https://' ) ) {
		return __( 'This site has no https address. Tillside reads stores over https only.', 'tillside' );
	}
	return '';
}
